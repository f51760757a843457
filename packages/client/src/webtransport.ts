/** The transport `webtransport`, for `transports`; also under the name that it has in socket.io-client. */

export {
  type WebTransportOptions,
  type WebTransportProvider,
  WebTransportTransport,
  WebTransportTransport as WebTransport,
} from "./engine/webtransport.ts";
