/** All panels of the page: adds, removes, and keeps them within the number of streams that a browser can hold. */

import { find } from "./element.ts";
import { Panel, type PanelWorld } from "./panel.ts";
import { type PanelTemplates, PanelView } from "./panel-view.ts";
import { describeBudget, type Held, mayAdd, mayBecome } from "./stream-budget.ts";
import { type Kind, kinds } from "./wires/connection.ts";

export interface BoardWorld extends Omit<PanelWorld, "changed"> {
  readonly templates: PanelTemplates;
  /** Sessions or kinds are other than before. */
  changed(panels: readonly Panel[]): void;
}

export class Board {
  private readonly world: BoardWorld;
  private readonly page: ParentNode;
  private readonly panels = new Map<Panel, PanelView>();
  private newest = 0;
  private others = 0;

  constructor(world: BoardWorld, page: ParentNode) {
    this.world = world;
    this.page = page;
    for (const kind of kinds) this.button(kind).addEventListener("click", () => this.add(kind)?.focus());
  }

  /** @returns undefined if there is no room for it */
  add(kind: Kind): PanelView | undefined {
    if (!mayAdd(this.held, kind)) return undefined;
    this.newest += 1;
    const view = new PanelView(this.world.templates, this.newest);
    this.container.append(view.root);
    const panel = new Panel({ ...this.world, changed: () => this.changed() }, view, kind);
    this.panels.set(panel, view);
    view.obey({
      send: (text) => panel.send(text),
      cut: () => panel.cut(),
      restore: () => panel.restore(),
      become: (to) => this.turn(panel, to),
      remove: () => this.remove(panel),
    });
    this.changed();
    return view;
  }

  /** So many streams are held by other tabs. */
  othersHold(count: number): void {
    if (count === this.others) return;
    this.others = count;
    this.changed();
  }

  private turn(panel: Panel, kind: Kind): void {
    if (mayBecome(this.held, panel.kind, kind)) panel.become(kind);
    this.changed();
  }

  private remove(panel: Panel): void {
    panel.remove();
    this.panels.get(panel)?.root.remove();
    this.panels.delete(panel);
    this.changed();
    this.button(kinds[0]).focus();
  }

  private changed(): void {
    const { held } = this;
    for (const kind of kinds) this.button(kind).disabled = !mayAdd(held, kind);
    for (const [panel, view] of this.panels) view.allow((kind) => mayBecome(held, panel.kind, kind));
    find(this.page, "#budget", HTMLElement).textContent = describeBudget(held);
    this.world.changed([...this.panels.keys()]);
  }

  private get held(): Held {
    return { kinds: Array.from(this.panels.keys(), ({ kind }) => kind), others: this.others };
  }

  private get container(): HTMLElement {
    return find(this.page, "#panels", HTMLElement);
  }

  private button(kind: Kind): HTMLButtonElement {
    return find(this.page, `.adders [data-kind="${kind}"]`, HTMLButtonElement);
  }
}
