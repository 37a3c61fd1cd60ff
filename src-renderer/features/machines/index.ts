export { groupMachines } from './arrange/order.ts';
export { machineStatus, type MachineStatus, type Surroundings } from './list/machine-status.ts';
export { MachinesPage } from './machines-page.tsx';
export { shownMachine } from './page/shown-machine.ts';
export { useSurroundings } from './list/use-surroundings.ts';
export { useIsListBeside } from './use-list-beside.ts';
