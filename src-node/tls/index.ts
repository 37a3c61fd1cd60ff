export { openSelfSignedCertificate } from './own-certificate.ts';
export { loadCertificateFiles, pinOfCertificate, TlsError, type TlsCertificate } from './certificate.ts';
