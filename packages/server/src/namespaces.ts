/** The namespaces of a server: those that the program has named, and those that are made when clients ask for them. */

import type { Anything } from "@anywire/protocol/emitter";
import { attempt } from "./dispatch.ts";
import { type AnyNamespace, Namespace } from "./namespace.ts";
import { type AnyParentNamespace, ParentNamespace } from "./parent-namespace.ts";
import type { AnyServer } from "./server.ts";

/** Decides whether a namespace of this name is made: calls back, with an error or false to refuse. */
export type NamespaceJudge = (
  name: string,
  auth: { [key: string]: Anything },
  decide: (error: Error | null, allow: boolean) => void,
) => void;

export class Namespaces {
  /** By name. */
  readonly all: Map<string, AnyNamespace>;
  readonly parents: Map<NamespaceJudge, AnyParentNamespace>;
  private readonly parentsByPattern: Map<RegExp, AnyParentNamespace>;
  private readonly server: AnyServer;

  constructor(server: AnyServer) {
    this.server = server;
    this.all = new Map();
    this.parents = new Map();
    this.parentsByPattern = new Map();
  }

  /** The namespace of this name; made if there is none. */
  get(given: string): AnyNamespace {
    const name = String(given).startsWith("/") ? String(given) : `/${given}`;
    const known = this.all.get(name);
    if (known !== undefined) return known;
    for (const [pattern, parent] of this.parentsByPattern) if (pattern.test(name)) return parent.createChild(name);
    const made = new Namespace(this.server, name);
    this.add(made);
    return made;
  }

  /** @throws {Error} for a pattern that remembers where it stopped */
  addParent(which: RegExp | NamespaceJudge): AnyParentNamespace {
    if (which instanceof RegExp && (which.global || which.sticky))
      throw new Error("stateful regular expressions are not supported");
    const parent = new ParentNamespace(this.server);
    if (which instanceof RegExp) {
      this.parentsByPattern.set(which, parent);
      this.parents.set((name, _auth, decide) => decide(null, which.test(name)), parent);
    } else this.parents.set(which, parent);
    return parent;
  }

  /** The program has no other way to hear of those that clients ask for. */
  add(namespace: AnyNamespace): void {
    this.all.set(namespace.name, namespace);
    if (namespace.name !== "/") this.all.get("/")?.tell("new_namespace", namespace);
  }

  delete(namespace: AnyNamespace): void {
    if (this.all.get(namespace.name) === namespace) this.all.delete(namespace.name);
  }

  /** The namespace that a client asks for. @param found called once, with undefined if there is none and none may be made */
  find(name: string, auth: Record<string, unknown>, found: (namespace: AnyNamespace | undefined) => void): void {
    const known = this.all.get(name);
    if (known !== undefined) return found(known);
    const judges = [...this.parents];
    const ask = (at: number): void => {
      const [judge, parent] = judges[at] ?? [];
      if (judge === undefined || parent === undefined) return found(undefined);
      let isDecided = false;
      const decide = (allow: boolean): void => {
        if (isDecided) return;
        isDecided = true;
        if (allow)
          found(this.all.get(name) ?? parent.createChild(name)); // it may have been made meanwhile
        else ask(at + 1);
      };
      const failed = (error: unknown): void => {
        this.all.get("/")?.report(error, undefined, "connection");
        decide(false);
      };
      attempt(() => judge(name, auth, (error, allow) => decide(!error && allow)), failed);
    };
    ask(0);
  }
}
