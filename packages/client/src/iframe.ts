/** The transport `iframe`, for `transports`: scripts of an endless page down, POSTs up. */

export { IframeError, type IframeErrorCode, IframeTransport } from "./engine/iframe.ts";
