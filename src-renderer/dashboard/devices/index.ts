export { AddPlainDialog } from './plain-device.tsx';
export { DeviceList, type DeviceListProps } from './device-list.tsx';
export { deviceName, shortDeviceId, type KnownNames } from './device-name.ts';
export { KeptNamesContext, useKnownNames, type KeptNames } from './use-known-names.ts';
export { DevicesPage } from './devices-page.tsx';
export { LinkMachineDialog } from './link-machine.tsx';
export { CodeSteps } from './one-time-code.tsx';
