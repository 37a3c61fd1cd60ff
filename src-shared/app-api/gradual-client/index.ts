export { createGradualClient } from './gradual-client.ts';
export { GradualContract, loadContract } from './gradual-contract.ts';
