/**
 * Time after which a command that still runs loads what it may need later, ms: it may run for days, and an update may remove its files meanwhile. Most
 * commands are done before.
 */
export const LOAD_REST_AFTER = 1000;
