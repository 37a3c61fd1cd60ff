export { groupMachines, type MachineGroup } from './arrange/order.ts';
export { machineStatus, type MachineStatus, type Surroundings } from './list/machine-status.ts';
export { MachinesPage } from './machines-page.tsx';
export { markUsed } from './arrange/machine-order.ts';
export { useSurroundings } from './list/use-surroundings.ts';
