/** Name of the agent in this browser. Its lock and channels are the origin's. */
export const NAME = 'clawreach';
