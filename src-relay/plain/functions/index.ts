/** The documented functions, `/functions/v1/…`. */
export { downloadConnector } from './download-connector.ts';
export { inviteMember, type Invite } from './invite-member.ts';
export { pairDevice } from './pair-device.ts';
export { relayNodes } from './relay-nodes.ts';
export { endOwnSession, startSession } from './sessions.ts';
