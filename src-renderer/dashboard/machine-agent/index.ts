/** Agent of this browser: its start, its projects and its end. Loaded with the page of machines, and at sign-out. */
export {
  connectMachine,
  connectWithoutAccount,
  isStillRemoved,
  rejoinMachine,
  type MachineOptions,
} from './connect-machine.ts';
export { endMachine, prepareEnd } from './end-machine.ts';
export { holdsFiles } from './page-files.ts';
export { beginVisit, endVisit, forgetVisit } from './visit.ts';
