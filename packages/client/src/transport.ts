/** `@anywire/client/transport`: the base class for transports of the program's own, which `transports` takes beside names. */

export {
  type CloseDetails,
  type EnginePacket,
  type RawData,
  Transport,
  type TransportConstructor,
  TransportError,
  type TransportOptions,
} from "./engine/transport.ts";
