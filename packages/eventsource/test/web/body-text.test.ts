import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyText, beginningOf, bodyTextOf, readerOf } from "../../src/web/body-text.ts";

function bodyOf(chunks: readonly unknown[]): ReadableStream {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

async function textsOf(chunks: readonly unknown[]): Promise<string[]> {
  const reader = readerOf(bodyOf(chunks));
  assert.ok(reader !== undefined);
  const text = new BodyText(reader);
  const texts: string[] = [];
  for (let each = await text.read(); each !== undefined; each = await text.read()) texts.push(each);
  return texts;
}

const bytes = new TextEncoder().encode("é");

const decoded: [name: string, chunks: unknown[], text: string][] = [
  ["bytes", [new TextEncoder().encode("data")], "data"],
  ["a character that is cut", [bytes.subarray(0, 1), bytes.subarray(1)], "é"],
  ["a character that stays cut", [bytes.subarray(0, 1)], "\ufffd"],
  ["bytes that are no UTF-8", [Uint8Array.of(0xff, 0x61)], "\ufffda"],
  ["the byte order mark, which stays", [Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)], "\ufeffa"],
  ["an ArrayBuffer", [bytes.buffer], "é"],
  ["a DataView", [new DataView(bytes.buffer, 0, 2)], "é"],
  ["text", ["é"], "é"],
  ["nothing", [], ""],
];

for (const [name, chunks, text] of decoded) {
  test(`reads ${name}`, async () => assert.equal((await textsOf(chunks)).join(""), text));
}

test("a chunk that is neither bytes nor text is refused", async () => {
  await assert.rejects(textsOf([1]), TypeError);
});

test("what has no reader is no body", () => {
  for (const body of [null, undefined, {}, "text"]) {
    assert.equal(readerOf(body as never), undefined);
    assert.equal(bodyTextOf(body as never), undefined);
  }
});

test("the beginning of a body is what comes within the limits", async () => {
  const limits = { characters: 3, milliseconds: 1_000 };
  assert.equal(await beginningOf(textOf(bodyOf(["ab", "cd", "ef"])), limits), "abc");
  assert.equal(await beginningOf(textOf(bodyOf(["ab"])), limits), "ab");
});

test("the beginning of a body that breaks is what came before", async () => {
  let pulls = 0;
  const body = new ReadableStream(
    {
      pull(controller) {
        if (pulls++ === 0) controller.enqueue("ab");
        else controller.error(new Error("broken"));
      },
    },
    { highWaterMark: 0 },
  );
  assert.equal(await beginningOf(textOf(body), { characters: 100, milliseconds: 1_000 }), "ab");
});

test("a body that says no more is cancelled after a while", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let cancelled = false;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue("ab"),
    cancel: () => {
      cancelled = true;
    },
  });
  const beginning = beginningOf(textOf(body), { characters: 100, milliseconds: 1_000 });
  await new Promise(setImmediate); // what there is has been read
  context.mock.timers.tick(1_000);
  assert.equal(await beginning, "ab");
  assert.equal(cancelled, true);
});

function textOf(body: ReadableStream): BodyText {
  return new BodyText(body.getReader());
}
