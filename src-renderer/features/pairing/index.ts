export { Choices, type ChoicesProps } from './choose-step.tsx';
export { RestoreRelay } from './go-back.tsx';
export { QrCode } from './qr-code.tsx';
export { HostRelay, type HostRelayProps } from './host-relay.tsx';
export { PairingDialog } from './pairing-dialog.tsx';
export { PinText } from './pin.tsx';
export { RelayForm, type RelayFormProps } from './relay-form.tsx';
