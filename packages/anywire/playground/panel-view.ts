/** A panel on the page: what it shows, and what the visitor does with it. */

import { BoundedList } from "./bounded-list.ts";
import { find } from "./element.ts";
import type { Facts, PanelScreen, Replayed } from "./panel.ts";
import type { PanelState } from "./panel-state.ts";
import type { Price } from "./price.ts";
import { Ticker } from "./ticker.ts";
import { type Direction, type Kind, kinds } from "./wires/connection.ts";
import type { Outcome } from "./wires/event.ts";

/** What the visitor asks of a panel. */
export interface PanelActions {
  /** @returns undefined if it could not leave */
  send(text: string): Promise<Outcome> | undefined;
  cut(): void;
  restore(): void;
  become(kind: Kind): void;
  remove(): void;
}

export interface PanelTemplates {
  readonly panel: HTMLTemplateElement;
  readonly stock: HTMLTemplateElement;
}

const names: Readonly<Record<Kind, string>> = {
  "socket.io": "Socket.IO",
  websocket: "WebSocket",
  eventsource: "EventSource",
  poll: "Long poll",
};

/** Lines of chat kept. */
const chatLimit = 200;
/** What went over the wire, kept. */
const traceLimit = 50;
/** Characters shown of one entry. */
const traceLength = 2_000;
const arrows: Readonly<Record<Direction, string>> = { in: "←", out: "→", note: "·" };

export class PanelView implements PanelScreen {
  readonly root: HTMLElement;
  private readonly number: number;
  private readonly chat: BoundedList;
  private readonly traces: BoundedList;
  private readonly ticker: Ticker;

  constructor(templates: PanelTemplates, number: number) {
    const fragment = document.importNode(templates.panel.content, true);
    this.root = find(fragment, "article", HTMLElement);
    this.number = number;
    const log = this.part(".log", HTMLElement);
    const trace = this.part(".trace", HTMLElement);
    this.chat = new BoundedList(find(log, "ol", HTMLElement), log, chatLimit);
    this.traces = new BoundedList(find(trace, "ol", HTMLElement), trace, traceLimit);
    this.ticker = new Ticker(this.part(".stocks", HTMLElement), templates.stock);
  }

  /** What the visitor does from now on goes to `actions`. */
  obey(actions: PanelActions): void {
    const select = this.select;
    select.addEventListener("change", () => {
      const kind = kindNamed(select.value);
      if (kind !== undefined) actions.become(kind);
    });
    this.part(".cut", HTMLButtonElement).addEventListener("click", () => actions.cut());
    this.part(".restore", HTMLButtonElement).addEventListener("click", () => actions.restore());
    this.part(".remove", HTMLButtonElement).addEventListener("click", () => actions.remove());
    this.part("form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit(actions);
    });
  }

  /** Which kinds the visitor may choose now. */
  allow(mayBecome: (kind: Kind) => boolean): void {
    for (const option of this.select.options) {
      const kind = kindNamed(option.value);
      option.disabled = kind !== undefined && !mayBecome(kind);
    }
  }

  focus(): void {
    this.select.focus();
  }

  showState(state: PanelState, detail: string): void {
    this.root.dataset.state = state;
    this.part(".state", HTMLElement).textContent = detail;
    const cut = this.part(".cut", HTMLButtonElement);
    const restore = this.part(".restore", HTMLButtonElement);
    const hadFocus = document.activeElement;
    cut.disabled = state === "cut";
    restore.disabled = state !== "cut";
    if (hadFocus === cut && cut.disabled) restore.focus();
    if (hadFocus === restore && restore.disabled) cut.focus();
  }

  showFacts(facts: Facts): void {
    this.root.dataset.kind = facts.wire;
    this.select.value = facts.wire;
    this.part("h2", HTMLElement).textContent = `Panel ${this.number}: ${names[facts.wire]}`;
    this.fact("wire-name", facts.wire, 24);
    this.fact("socket", facts.socket, 8);
    this.fact("session", facts.session, 4);
    this.fact("last-id", facts.lastId, 24);
    this.fact("recovered", facts.recovered, 60);
  }

  addMessage(text: string, isReplay: boolean): void {
    const line = item("message", text);
    if (isReplay) {
      line.classList.add("replayed");
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = "replayed";
      line.append(" ", badge);
    }
    this.chat.add(line);
    this.pulse();
  }

  addNote(text: string, replayed?: Replayed): void {
    const line = item("note", text);
    if (replayed !== undefined) {
      line.classList.add("summary");
      line.dataset.messages = String(replayed.messages);
      line.dataset.prices = String(replayed.prices);
      this.showReplayed(".chatted", replayed.messages);
      this.showReplayed(".ticked", replayed.prices);
    }
    this.chat.add(line);
  }

  showPrice(price: Price): void {
    this.ticker.show(price);
    this.pulse();
  }

  addTrace(direction: Direction, text: string): void {
    const shown =
      text.length > traceLength ? `${text.slice(0, traceLength)} … ${text.length - traceLength} more` : text;
    this.traces.add(item(direction, `${arrows[direction]} ${shown}`));
  }

  private async submit(actions: PanelActions): Promise<void> {
    const input = this.part("input", HTMLInputElement);
    const text = input.value;
    if (text.trim() === "") return this.showOutcome("refused", "Not sent: there is no text.");
    const outcome = actions.send(text);
    if (outcome === undefined) return this.showOutcome("refused", "Not sent: this client is not connected.");
    input.value = "";
    this.showOutcome("pending", "Sent, no ack yet …");
    const sentAt = performance.now();
    const result = await outcome;
    const took = `${Math.max(1, Math.round(performance.now() - sentAt))} ms`;
    if (result.ok) this.showOutcome("acked", `Acked ${JSON.stringify(result.answer)} after ${took}.`);
    else this.showOutcome("refused", `Refused: ${result.message} (${result.code}).`);
  }

  private showOutcome(state: "pending" | "acked" | "refused", text: string): void {
    const outcome = this.part(".outcome", HTMLElement);
    outcome.dataset.state = state;
    outcome.textContent = text;
  }

  private showReplayed(room: string, count: number): void {
    const element = this.part(room, HTMLElement);
    element.classList.add("replayed");
    element.textContent = `${count} replayed`;
  }

  private fact(name: string, value: string | undefined, shown: number): void {
    const element = this.part(`.${name}`, HTMLElement);
    const short = value !== undefined && value.length > shown ? `${value.slice(0, shown)}…` : (value ?? "–");
    if (element.textContent === short) return;
    element.textContent = short;
    element.title = value ?? "";
  }

  /** A spark along the panel's wire. */
  private pulse(): void {
    const wire = this.part(".wire", HTMLElement);
    wire.classList.remove("spark");
    void wire.offsetWidth; // a style flush, without which the animation does not start again
    wire.classList.add("spark");
  }

  private get select(): HTMLSelectElement {
    return this.part("select", HTMLSelectElement);
  }

  private part<E extends Element>(selector: string, type: abstract new () => E): E {
    return find(this.root, selector, type);
  }
}

function item(kind: string, text: string): HTMLLIElement {
  const line = document.createElement("li");
  line.className = kind;
  line.textContent = text;
  return line;
}

function kindNamed(name: string): Kind | undefined {
  return kinds.find((kind) => kind === name);
}
