export { createForwards, createRunners, type ForwardsModule } from './module.ts';
