export { PairingStart } from './home/pairing-home.tsx';
export { RestoreRelay } from './relay/restore-relay.tsx';
export { QrCode } from './qr/qr-code.tsx';
export { HostRelay, type HostRelayProps } from './relay/host-relay.tsx';
export { PairingDialog, type PairingDialogProps } from './pairing-dialog.tsx';
export { PinText } from './relay/pin-text.tsx';
export { useFocusOnMount } from './steps/use-focus.ts';
export { TrustPin } from './relay/trust-pin.tsx';
export { RelayForm, type RelayFormProps } from './relay/relay-form.tsx';
