export { Choices, type ChoicesProps } from './steps/choose-step.tsx';
export { RestoreRelay } from './relay/restore-relay.tsx';
export { QrCode } from './qr/qr-code.tsx';
export { HostRelay, type HostRelayProps } from './relay/host-relay.tsx';
export { PairingDialog } from './pairing-dialog.tsx';
export { PinText } from './relay/pin-text.tsx';
export { useFocusOnMount } from './steps/use-focus.ts';
export { TrustPin } from './relay/trust-pin.tsx';
export { RelayForm, type RelayFormProps } from './relay/relay-form.tsx';
