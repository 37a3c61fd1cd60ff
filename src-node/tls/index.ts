export { openSelfSignedCertificate } from './self-signed-certificate.ts';
export { coversHost, loadCertificateFiles, pinOfCertificate, TlsError, type TlsCertificate } from './certificate.ts';
