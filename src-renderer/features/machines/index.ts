export { groupMachines } from './arrange/order.ts';
export { machineStatus, type MachineStatus, type Surroundings } from './list/machine-status.ts';
export { MachinesPage } from './machines-page.tsx';
export { useSurroundings } from './list/use-surroundings.ts';
