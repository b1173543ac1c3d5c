// The testing kit in one place: time that stands still, chance that repeats, calls and connections that fail as told.
export { type ManualClock, manualClock } from "#core/manual-clock.ts";
export { type Rng, seeded } from "#core/rng.ts";
export { type Asked, type CallError, type CallFault, errorOf, type FaultScript } from "./call-fault.ts";
export { type FaultControl, faultControl } from "./fault-control.ts";
export { type FaultTransport, type FaultTransportOptions, faultTransport, type SeenCall } from "./fault-transport.ts";
export { type TcpFault, tcpFaultOf } from "./tcp-fault.ts";
export type { TcpLink } from "./tcp-fault-link.ts";
export { type TcpFaultProxy, type TcpFaultProxyOptions, tcpFaultProxy } from "./tcp-fault-proxy.ts";
