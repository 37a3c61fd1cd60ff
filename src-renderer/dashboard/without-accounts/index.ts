/** Pages of a relay without accounts: this browser, paired with machines by code. */
export { WithoutAccounts } from './without-accounts.tsx';
