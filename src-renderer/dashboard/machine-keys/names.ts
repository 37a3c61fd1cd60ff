/** Name of the agent in this browser. Its lock and channels are the origin's. */
export const NAME = 'clawreach';

/** Key in `localStorage` of the projects in which this browser is a member, as far as it knows. */
export const MEMBER = 'machine.projects';
