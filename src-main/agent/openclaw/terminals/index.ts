export { GatewayTerminal, type GatewayTerminalOptions } from './gateway-terminal.ts';
export { GATEWAY_TERMINAL_LIMITS } from './limits.ts';
export { OutputWindow } from './output-window.ts';
export { GatewayTerminals, type GatewayTerminalListing, type GatewayTerminalRequest } from './terminals.ts';
