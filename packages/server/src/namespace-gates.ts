/** The gate of all namespaces: whoever comes by a plain wire is led to that of the namespace that it asks for. */

import type { Admission, AdmissionRequest, Gate, LiveSession } from "./admission.ts";
import { Refusal } from "./errors.ts";
import { LateHandshake } from "./late-handshake.ts";
import type { AnyNamespace } from "./namespace.ts";
import type { Namespaces } from "./namespaces.ts";

export class NamespaceGates implements Gate {
  private readonly namespaces: Namespaces;

  constructor(namespaces: Namespaces) {
    this.namespaces = namespaces;
  }

  /** @throws {Refusal} not-found if there is no such namespace, and as the gate of the namespace */
  async admit(request: AdmissionRequest): Promise<Admission> {
    const namespace = await this.namespaceFor(request);
    if (namespace === undefined) throw new Refusal("not-found");
    return namespace.gate.admit(request);
  }

  find(session: string, namespace: string): LiveSession | undefined {
    return this.namespaces.all.get(namespace)?.gate.find(session);
  }

  private namespaceFor({ namespace, handshake }: AdmissionRequest): Promise<AnyNamespace | undefined> {
    const { auth } = handshake instanceof LateHandshake ? handshake.read() : handshake;
    return new Promise((resolve) => this.namespaces.find(namespace, auth, resolve));
  }
}
