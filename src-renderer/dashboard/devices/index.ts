export { AddPlainDialog } from './plain-device.tsx';
export { DeviceList, type DeviceListProps } from './device-list.tsx';
export { deviceName } from './device-name.ts';
export { DevicesPage } from './devices-page.tsx';
export { LinkMachineDialog } from './link-machine.tsx';
