/** The lone client on the page: what it shows, and what the visitor does with it. */

import { BoundedList } from "./bounded-list.ts";
import { find } from "./element.ts";
import type { LoneFacts, LoneScreen } from "./lone-client.ts";

/** What the visitor asks of it. */
export interface LoneActions {
  say(text: string): void;
  goOffline(): void;
  goOnline(): void;
}

/** Lines of chat kept. */
const chatLimit = 200;

export class LoneClientView implements LoneScreen {
  private readonly root: HTMLElement;
  private readonly chat: BoundedList;

  constructor(root: HTMLElement) {
    this.root = root;
    const log = this.part(".log", HTMLElement);
    this.chat = new BoundedList(find(log, "ol", HTMLElement), log, chatLimit);
  }

  /** What the visitor does from now on goes to `actions`. */
  obey(actions: LoneActions): void {
    this.part(".offline", HTMLButtonElement).addEventListener("click", () => {
      if (this.root.dataset.state === "offline") actions.goOnline();
      else actions.goOffline();
    });
    this.part("form", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
      const input = this.part("input", HTMLInputElement);
      if (input.value.trim() !== "") actions.say(input.value);
      input.value = "";
    });
  }

  showFacts({ state, carriers, waiting, comeback }: LoneFacts): void {
    this.root.dataset.state = state;
    this.part(".state", HTMLElement).textContent = state;
    this.part(".carriers", HTMLElement).textContent = carriers.join(" → ") || "–";
    this.part(".waiting", HTMLElement).textContent = waiting === 0 ? "nothing" : String(waiting);
    this.part(".comeback", HTMLElement).textContent = comeback;
    this.part(".offline", HTMLButtonElement).textContent = state === "offline" ? "Come back" : "Go offline";
  }

  addMessage(text: string, wasMissed: boolean): void {
    const line = document.createElement("li");
    line.className = "message";
    line.textContent = text;
    if (wasMissed) {
      const badge = document.createElement("span");
      badge.className = "badge";
      badge.textContent = "missed";
      line.classList.add("replayed");
      line.append(" ", badge);
    }
    this.chat.add(line);
  }

  private part<E extends Element>(selector: string, type: abstract new () => E): E {
    return find(this.root, selector, type);
  }
}
