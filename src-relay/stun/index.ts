export { StunResponder, type StunOptions, type StunOutcome } from './responder.ts';
