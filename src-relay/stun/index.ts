export { StunResponder, type StunOptions, type StunOutcome } from './stun-responder.ts';
