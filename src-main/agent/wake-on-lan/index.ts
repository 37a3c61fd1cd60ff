/** Machines that are asleep, woken by a packet in their network. */
export { isWakeRequest } from './messages.ts';
export { createWakeOnLan, type WakeOnLanModule } from './module.ts';
export type { SendMagicPackets, WakeServer } from './server.ts';
