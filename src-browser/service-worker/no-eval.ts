import { config } from 'zod';

/** Keeps zod from making code of text, which the policy of the page forbids. It decides on that when a schema is made: this module has to be the first one. */
config({ jitless: true });
