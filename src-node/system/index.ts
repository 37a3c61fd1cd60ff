export { describePerson, describeSystem, type SystemFacts } from './facts.ts';
export { linuxName, machineFacts, type LocalMachineFacts } from './machine-facts.ts';
