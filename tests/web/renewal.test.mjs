/*
 * A page that is opened when the access of a login has ended, and the renewal
 * takes its time: until it is known who looks on, nothing stands there that is
 * for nobody in particular, and nothing moves when the answer is here.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, faultsOf, held, launch, list, open, settled, somebody }
	from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const refresh = '**/api/session/refresh';

/* Notes what moves, and what is for nobody in particular: ways to log in, the
 * words that greet strangers, and that something is empty or has failed. */
const watch = () => {
	window.moved = [];
	window.flashed = new Set();
	new PerformanceObserver((found) => {
		for (const one of found.getEntries())
			window.moved.push(`${one.value}: ${one.sources.map(({ node }) =>
				(node?.outerHTML ?? node?.textContent)?.slice(0, 100)).join()}`);
	}).observe({ type: 'layout-shift', buffered: true });
	const foreign = 'a[href^="/login"], a[href^="/signup"], dialog, .hero, ' +
		'.state, [role=alert] > *';
	new MutationObserver(() => {
		for (const one of document.querySelectorAll(foreign))
			window.flashed.add(one.outerHTML.slice(0, 100));
	}).observe(document, { subtree: true, childList: true });
};

/* The access has ended; what would renew the login is there.  A page that was
 * seen with the login remembers that there is one. */
async function known(t, size) {
	const page = await somebody(t, browser, { size, touch: size === 'phone' });
	await open(page, '/explore');
	return page;
}

const endAccess = (page) =>
	page.context().clearCookies({ name: '__Host-access' });

const account = (page) => page.locator('.rail').getByRole('button',
	{ name: 'Account' });

/* Where the links of the rail stand. */
const places = (page) => page.locator('.rail a.rail-link:not(.bell)')
	.evaluateAll((all) => all.map((one) => {
		const { x, y } = one.getBoundingClientRect();
		return `${one.getAttribute('href')} ${x} ${y}`;
	}));

/* Opens a page, and looks at it for a second before the login is renewed. */
async function whileUnknown(page, path) {
	await endAccess(page);
	const release = await held(page, refresh);
	await Promise.all([page.waitForRequest(refresh),
		page.goto(path, { waitUntil: 'commit' })]);
	await page.locator('.rail').waitFor();
	await page.waitForTimeout(1000);
	const before = await places(page);
	assert.equal(await account(page).count(), 0, 'the renewal is held');
	release();
	await account(page).waitFor();
	await settled(page);
	await page.unroute(refresh);
	return before;
}

for (const size of ['phone', 'desktop'])
	test(`nothing moves or flashes while a login is renewed: ${size}`,
		async (t) => {
			const page = await known(t, size);
			const { results: [pin] } = await list(
				'pins/?author__username=alice');
			await call(page, 'PUT', 'users/alice/follow');
			await call(page, 'PUT', `items/${pin.id}/like`);
			await call(page, 'PUT', `items/${pin.id}/bookmark`);
			await page.addInitScript(watch);
			for (const path of ['/', `/pin/${pin.id}`, '/settings',
				`/@${page.name}/later`]) {
				const before = await whileUnknown(page, path);
				assert.deepEqual(await places(page), before, path);
				const [moved, flashed] = await page.evaluate(() =>
					[window.moved, [...window.flashed]]);
				assert.deepEqual(moved, [], `${path} shifts`);
				assert.deepEqual(flashed, [], `${path} flashes`);
			}
			assert.deepEqual(faultsOf(page), []);
		});

test('a renewal that fails for now ends no login, and asks nobody for one',
	async (t) => {
		const page = await known(t, 'desktop');
		await endAccess(page);
		page.meant.push(/503/);
		await page.route(refresh, (route) => route.fulfill({ status: 503,
			json: { detail: 'too busy' } }), { times: 2 });
		await open(page, '/@alice');
		await page.getByRole('link', { name: 'Log in' }).waitFor();
		await open(page, '/settings');
		await page.getByRole('link', { name: 'Log in' }).first().waitFor();
		await open(page, '/@alice');
		await account(page).waitFor();

		await endAccess(page);
		page.meant.push(/401/);
		await page.route(refresh, (route) => route.fulfill({ status: 503,
			json: { detail: 'too busy' } }), { times: 1 });
		await page.getByRole('button', { name: 'Follow alice' }).click();
		await page.locator('[role=alert]').getByText('too busy').waitFor();
		assert.equal(await page.locator('dialog').count(), 0);
		await page.getByRole('button', { name: 'Follow alice' }).click();
		await page.getByRole('button', { name: 'Unfollow alice' }).waitFor();
		await settled(page);
		assert.equal((await call(page, 'GET',
			'pinterestAccounts/user/alice')).following, true);
		assert.deepEqual(faultsOf(page), []);
	});
