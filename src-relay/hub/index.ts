export { ControlSocket } from './control-connection.ts';
export { Hub, type HubOptions } from './hub.ts';
