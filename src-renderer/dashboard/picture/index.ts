/** Profile picture of the account: chosen, dropped or pasted, and made small in this page. */
export { PictureRow } from './picture-row.tsx';
