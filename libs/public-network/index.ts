export { isPrivateAddress } from './is-private-address.js';
