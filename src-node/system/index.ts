export { describePerson, describeSystem, type SystemFacts } from './facts.ts';
