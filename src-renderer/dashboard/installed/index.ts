/** The page as an application of this device: its files without a network, its versions, its installation. */
export { InstallRow } from './install-row.tsx';
export { keepInstallOffer } from './installing.ts';
export { keepOfflineFiles, SHOW_REQUEST } from './offline-files.ts';
export { OfflinePage } from './offline-page.tsx';
export { UpdateNotice } from './update-notice.tsx';
