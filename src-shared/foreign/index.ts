/**
 * Messages of foreign instances: programs without a device key of ClawReach, which send signed JSON to the relay. The relay can read and forge these
 * messages, and keeps none. Used by the relay, and by devices that exchange messages with instances; the accounts API has the instances of a project.
 */
export {
  encodeForeign,
  instanceKeyId,
  parseFromDevice,
  parseToDevice,
  type DeviceReceipt,
  type FromDevice,
  type ToDevice,
} from './device-messages.ts';
export { FOREIGN_LIMITS, type ForeignLimits } from './limits.ts';
export {
  deviceAddress,
  foreignMessageId,
  instanceAddress,
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
