/** Pictures of accounts: the formats that the relay takes, and their rows. */
export { readPicture, type Picture } from './picture-format.ts';
export { deletePicture, exportPicture, findPictureHash, storePicture } from './picture-rows.ts';
