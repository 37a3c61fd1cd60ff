export { openSelfSignedCertificate } from './self-signed-certificate.ts';
export { loadCertificateFiles, pinOfCertificate, TlsError, type TlsCertificate } from './certificate.ts';
