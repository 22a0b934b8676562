/*
 * The start: words, login, the page of the address.
 *
 * Pages for looking at pins are part of this script; the others come in
 * groups, each one script, when one of the group is first opened.  (A script
 * for every page would make the bundler cut what they share into dozens of
 * crumbs, each a request.)
 */
import { render } from 'preact';
import { App } from './app';
import { readFirst } from './core/first';
import { startKeys } from './core/keys';
import { startNotices } from './core/notices';
import { startRouter } from './core/router';
import { startSession } from './core/session';
import { applyTheme } from './core/theme';
import { loadWords } from './core/words';
import Board from './pages/board';
import Explore from './pages/explore';
import Home from './pages/home';
import Missing from './pages/missing';
import Pin from './pages/pin';
import Profile from './pages/profile';
import Tag from './pages/tag';

const about = () => import('./groups/about');
const accounts = () => import('./groups/accounts');
const making = () => import('./groups/making');
const staff = () => import('./groups/staff');
const styles = () => import('./groups/styles');

applyTheme();
readFirst();
await loadWords();
void startSession();
startKeys();
startNotices();
startRouter([
	{ path: '/', load: () => Home },
	{ path: '/explore', load: () => Explore },
	{ path: '/pin/:id', load: () => Pin },
	{ path: '/pin/:id/edit', load: async () => (await making()).PinEdit },
	{ path: '/tag/:id', load: () => Tag },
	{ path: '/tag/:id/:name', load: () => Tag },
	{ path: '/board/:id', load: () => Board },
	{ path: '/style', load: async () => (await styles()).Style },
	{ path: '/style/new', load: async () => (await styles()).StyleNew },
	{ path: '/style/:id', load: async () => (await styles()).StylePage },
	{ path: '/style/:id/edit', load: async () => (await styles()).StyleEdit },
	{ path: '/join/:token', load: async () => (await making()).Join },
	{ path: '/create', load: async () => (await making()).Create },
	{ path: '/login', load: async () => (await accounts()).Login },
	{ path: '/signup', load: async () => (await accounts()).SignUp },
	{ path: '/verify-email', load: async () => (await accounts()).Verify },
	{ path: '/forgot', load: async () => (await accounts()).Forgot },
	{ path: '/reset-password', load: async () => (await accounts()).Reset },
	{ path: '/notifications', load: async () => (await accounts()).Notices },
	{ path: '/trash', load: async () => (await accounts()).Trash },
	{ path: '/settings/notifications',
		load: async () => (await accounts()).NoticeSettings },
	{ path: '/settings/account',
		load: async () => (await accounts()).AccountSettings },
	{ path: '/settings/security',
		load: async () => (await accounts()).SecuritySettings },
	{ path: '/settings/privacy',
		load: async () => (await accounts()).PrivacySettings },
	{ path: '/settings/muted',
		load: async () => (await accounts()).MutedSettings },
	{ path: '/settings', load: async () => (await accounts()).Settings },
	{ path: '/about/speed', load: async () => (await about()).Speed },
	{ path: '/staff/:tab', load: async () => (await staff()).Staff },
	{ path: '/@:name', load: () => Profile },
	{ path: '/@:name/:tab', load: () => Profile },
], Missing);
const root = document.getElementById('app');
if (root)
	render(<App />, root);
