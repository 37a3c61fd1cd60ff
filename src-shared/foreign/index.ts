/**
 * Messages of foreign instances: programs without a device key of ClawReach, which send signed JSON to the relay. The relay can read and forge these
 * messages, and keeps none. Used by the relay; the accounts API has the instances of a project.
 */
export { FOREIGN_LIMITS, type ForeignLimits } from './limits.ts';
export {
  instanceId,
  INSTANCE_ID,
  receiptMessage,
  registerRequest,
  sendRequest,
  socketMessage,
  socketRegistration,
  splitAddress,
  type ReceiptMessage,
  type RegisterRequest,
  type SendRequest,
  type SocketMessage,
  type SocketRegistration,
} from './requests.ts';
export { receiptBytes, requestSignature, signedBytes, type SignedObject } from './signature.ts';
