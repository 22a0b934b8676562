/* Pages about one's account: one script. */
export { default as Forgot } from '../pages/forgot';
export { default as Login } from '../pages/login';
export { default as Reset } from '../pages/reset';
export { default as Settings } from '../pages/settings';
export { default as SignUp } from '../pages/signup';
export { default as Verify } from '../pages/verify';
