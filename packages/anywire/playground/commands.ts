/** The same rooms from a terminal: commands with this server's own address, to be copied. */

import { find } from "./element.ts";
import type { Panel } from "./panel.ts";
import { holdsStream } from "./stream-budget.ts";

export class Commands {
  private readonly page: ParentNode;
  private readonly endpoint: URL;

  constructor(page: ParentNode, endpoint: URL) {
    this.page = page;
    this.endpoint = endpoint;
    this.write("listen", `curl -N '${endpoint}?room=chat&room=stocks'`);
    this.write("poll", `curl -H 'Accept: application/json' '${endpoint}?room=chat'`);
    this.write("speak", speakCommand(endpoint, undefined));
    for (const button of page.querySelectorAll<HTMLButtonElement>("button.copy")) {
      button.addEventListener("click", () => void this.copy(button));
    }
  }

  /** A POST speaks for a session: here, for the first panel that sends by POST itself. */
  show(panels: readonly Panel[]): void {
    const speaker = panels.find((panel) => holdsStream(panel.kind) && panel.liveSession !== undefined);
    this.write("speak", speakCommand(this.endpoint, speaker?.liveSession));
  }

  private write(name: string, command: string): void {
    const element = find(this.page, `#${name}`, HTMLElement);
    if (element.textContent !== command) element.textContent = command;
  }

  private async copy(button: HTMLButtonElement): Promise<void> {
    const source = find(this.page, `#${button.dataset.copies}`, HTMLElement);
    const status = find(this.page, "#copied", HTMLElement);
    try {
      await navigator.clipboard.writeText(source.textContent);
      status.textContent = "Copied.";
    } catch {
      getSelection()?.selectAllChildren(source); // no clipboard without a secure context: one key is left to press
      status.textContent = "Selected: copy it with your keyboard.";
    }
  }
}

function speakCommand(endpoint: URL, session: string | undefined): string {
  return `curl -X POST '${endpoint}?session=${session ?? "SESSION"}' -d event=chat -d 'data=hello from curl'`;
}
