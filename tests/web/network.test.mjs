/* The network is slow, fails, refuses, ends a login: what was done is done once
 * or taken back, and says so. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, faultsOf, held, launch, list, logIn, newPerson, open, png,
	settled, until, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function start(t, path, { login = true, ...options } = {}) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	page.person = login ? await logIn(page) : null;
	if (path)
		await open(page, path);
	return page;
}

/* What a call is answered with, `times` times; then it goes through.  Out: when
 * it was asked for. */
async function answer(page, pattern, status, body, headers = {}, times = 1) {
	const asked = [];
	page.meant.push(/\b(4\d\d|5\d\d)\b/);
	await page.route(pattern, (route) => asked.push(Date.now()) <= times
		? route.fulfill({ status, headers, contentType: 'application/json',
			body: JSON.stringify(body) })
		: route.continue());
	return asked;
}

/* The calls of a kind, and how many of them were on their way at once. */
function count(page, pattern) {
	const seen = { all: [], most: 0 };
	let now = 0;
	const ours = (one) => pattern.test(`${one.method()} ${one.url()}`);
	page.on('request', (one) => {
		if (!ours(one))
			return;
		seen.all.push(one.method());
		seen.most = Math.max(seen.most, ++now);
	});
	for (const end of ['requestfinished', 'requestfailed'])
		page.on(end, (one) => { now -= ours(one) ? 1 : 0; });
	return seen;
}

const slow = (page, pattern, ms) => page.route(pattern, async (route) => {
	await wait(ms);
	await route.continue();
});

test('429: the wall waits as long as it was told, says so, and goes on',
	async (t) => {
		const page = await start(t, null, { login: false });
		const asked = await answer(page, '**/api/pins/?*cursor*', 429,
			{ detail: 'too many requests' }, { 'Retry-After': '3' });
		await open(page, '/@many/pins');
		await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
		const row = page.locator('.row-end');
		await row.getByText('too many requests').waitFor();
		assert.match(await row.textContent(), /[0123]/);
		const was = await page.evaluate(() => scrollY);
		await wait(1200);
		await page.mouse.wheel(0, 100);
		assert.ok(Math.abs(await page.evaluate(() => scrollY) - was) <= 100);
		await row.waitFor({ state: 'detached' });
		assert.ok(asked[1] - asked[0] >= 2900, `it did not wait: ${asked}`);
		assert.deepEqual(faultsOf(page), []);
	});

test('the wall on a slow network: places first, then pictures', async (t) => {
	const page = await visit(browser, { size: 'phone', touch: true });
	t.after(() => page.context().close());
	const cdp = await page.context().newCDPSession(page);
	await cdp.send('Network.emulateNetworkConditions', { offline: false,
		latency: 150, downloadThroughput: 200e3, uploadThroughput: 90e3 });
	await page.goto('/@many/pins', { waitUntil: 'commit' });
	await page.locator('.card[data-pin]').first().waitFor();
	const box = await page.locator('.card[data-pin]').nth(3).boundingBox();
	await page.locator('.card .picture[data-state]').nth(3)
		.waitFor({ timeout: 20000 });
	assert.deepEqual(await page.locator('.card[data-pin]').nth(3)
		.boundingBox(), box);
	assert.deepEqual(faultsOf(page), []);
});

test('following is taken back when the server refuses, with its words',
	async (t) => {
		const page = await start(t, '/@alice');
		page.meant.push(/follow/);
		let refuse;
		const refused = new Promise((resolve) => { refuse = resolve; });
		await page.route('**/follow', async (route) => {
			await refused;
			await route.fulfill({ status: 503, body: '{"detail": "too busy"}',
				contentType: 'application/json' });
		});
		const count = page.locator('.profile a').first();
		const before = await count.textContent();
		await page.getByRole('button', { name: 'Follow alice' }).click();
		await page.getByRole('button', { name: 'Unfollow alice' }).waitFor();
		assert.notEqual(await count.textContent(), before);
		refuse();
		await page.locator('[role=alert]').getByText('too busy').waitFor();
		await page.getByRole('button', { name: 'Follow alice' }).waitFor();
		assert.equal(await count.textContent(), before);
		assert.deepEqual(faultsOf(page), []);
	});

test('saving is taken back when there is no network', async (t) => {
	const page = await start(t);
	await call(page, 'POST', 'boards/', { title: 'Mine' });
	await open(page, '/@alice/pins');
	page.meant.push(/add_pin/, /ERR_FAILED/);
	await page.route('**/add_pin', (route) => route.abort('failed'));
	const card = page.locator('.card').first();
	await card.hover();
	await card.locator('.save-main').click();
	await page.getByText('No connection').waitFor();
	await card.locator('.save:not(.done)').waitFor();
	const [mine] = await list(
		`boards/?author__username=${page.person.username}`);
	assert.equal(mine.pin_count, 0);
	assert.deepEqual(faultsOf(page), []);
});

test('rapid presses: one call at a time, the last one counts', async (t) => {
	const page = await start(t, '/@alice');
	const follow = /\/users\/alice\/follow$/;
	const release = await held(page, follow);
	const seen = count(page, follow);
	const button = page.locator('.profile .follow');
	for (let i = 0; i < 9; i++)
		await button.click();
	await until(() => button.getAttribute('aria-pressed'), 'true');
	release();
	await settled(page, 600);
	assert.equal(seen.most, 1, `${seen.most} calls at once`);
	assert.ok(seen.all.length < 9, `${seen.all.length} calls`);
	assert.equal(seen.all.at(-1), 'PUT');
	assert.equal((await call(page, 'GET',
		'pinterestAccounts/user/alice')).following, true);
	assert.deepEqual(faultsOf(page), []);
});

test('rapid presses of Save: one call at a time, the last one counts',
	async (t) => {
		const page = await start(t);
		const board = await call(page, 'POST', 'boards/', { title: 'Mine' });
		await open(page, '/@alice/pins');
		const saving = /\/boards\/\d+\/(add_pin|pins\/)/;
		const release = await held(page, saving);
		const seen = count(page, saving);
		const card = page.locator('.card').first();
		await card.hover();
		await card.locator('.save-main').click();
		await card.locator('.save.done').waitFor();
		for (let i = 0; i < 5; i++)
			await card.locator('.save-main').click();
		await until(() => card.locator('.save-main')
			.getAttribute('aria-pressed'), 'false');
		release();
		await settled(page, 600);
		assert.equal(seen.most, 1, `${seen.most} calls at once`);
		assert.equal((await call(page, 'GET', `boards/${board.id}`))
			.pin_count, 0);
		assert.deepEqual(faultsOf(page), []);
	});

const pictures = (n) => Array.from({ length: n }, (_, i) => ({
	name: `picture of a hill ${i}.png`, mimeType: 'image/png',
	buffer: png(Date.now() % 7919 + i, 640, 480) }));

test('uploads: some fail, are tried again one by one and together; one is ' +
	'called off', async (t) => {
	const page = await start(t, '/create');
	page.meant.push(/\/api\/pins\//, /ERR_FAILED/);
	await page.setInputFiles('.drop input', pictures(4));
	await page.locator('.upload').nth(3).waitFor();
	await page.route('**/api/pins/', (route) => route.abort('failed'));
	await page.getByRole('button', { name: 'Publish 4 pins' }).click();
	const failed = page.locator('.upload[data-state=failed]');
	await failed.nth(3).waitFor();
	await failed.first().getByText('No connection').waitFor();
	await page.unroute('**/api/pins/');
	await failed.first().getByRole('button', { name: 'Try again' }).click();
	const done = page.locator('.upload[data-state=done]');
	await done.first().waitFor();
	/* The rest: one of them is called off while it is on its way. */
	const release = await held(page, '**/api/pins/');
	await page.getByRole('button', { name: 'Try all again' }).click();
	const sending = page.locator('.upload[data-state=sending]');
	await sending.nth(1).waitFor();
	await sending.first().getByRole('button', { name: 'Cancel' }).click();
	release();
	await done.nth(2).waitFor();
	assert.equal(await page.locator('.upload').count(), 3);
	const { results } = await list(
		`pins/?author__username=${page.person.username}`);
	assert.equal(results.length, 3);
	assert.deepEqual(faultsOf(page), []);
});

test('uploads go on while one looks at other pages', async (t) => {
	const page = await start(t, '/create');
	await slow(page, '**/api/pins/', 600);
	await page.setInputFiles('.drop input', pictures(3));
	await page.locator('.upload').nth(2).waitFor();
	await page.getByRole('button', { name: 'Publish 3 pins' }).click();
	await page.getByRole('link', { name: 'Explore' }).click();
	await page.waitForURL('/explore');
	for (let i = 0; i < 100; i++) {
		const { results } = await list(
			`pins/?author__username=${page.person.username}`);
		if (results.length === 3)
			break;
		await wait(100);
	}
	await page.goto(`/@${page.person.username}/pins`);
	await page.locator('.card[data-pin]').nth(2).waitFor();
	assert.deepEqual(faultsOf(page), []);
});

test('a login that has ended is renewed without a word, or asked for; then ' +
	'the form is sent', async (t) => {
	const page = await start(t, '/settings/account');
	page.meant.push(/401/);
	await page.context().clearCookies({ name: '__Host-access' });
	const account = page.locator('.box').filter({ hasText: 'Name' }).first();
	const name = account.getByLabel('Name', { exact: true });
	await name.fill(`${page.person.username}a`);
	await account.getByRole('button', { name: 'Save changes' }).click();
	await page.getByText('Your changes are saved.').waitFor();
	assert.equal(await page.locator('dialog').count(), 0);
	await page.context().clearCookies();
	await open(page, '/@alice');
	await page.getByRole('button', { name: 'Follow alice' }).click();
	const dialog = page.locator('dialog');
	await dialog.getByLabel('E-mail').fill(page.person.email);
	await dialog.getByLabel('Password').fill(page.person.password);
	await dialog.getByRole('button', { name: 'Log in' }).click();
	await dialog.waitFor({ state: 'detached' });
	await page.getByRole('button', { name: 'Unfollow alice' }).waitFor();
	await settled(page, 300);
	assert.equal((await call(page, 'GET',
		'pinterestAccounts/user/alice')).following, true);
	assert.deepEqual(faultsOf(page), []);
});

test('a form that is sent twice does it once', async (t) => {
	const page = await start(t);
	await open(page, `/@${page.person.username}`);
	const seen = count(page, /POST .*\/api\/boards\//);
	const release = await held(page, '**/api/boards/');
	await page.getByRole('button', { name: 'Create board' }).click();
	const dialog = page.locator('dialog');
	await dialog.getByLabel('Name of the board').fill('Once');
	const button = dialog.getByRole('button', { name: 'Create board' });
	await button.dblclick();
	await page.keyboard.press('Enter');
	release();
	await dialog.waitFor({ state: 'detached' });
	await settled(page, 400);
	assert.deepEqual(seen.all, ['POST']);
	assert.equal((await list(
		`boards/?author__username=${page.person.username}`)).length, 1);

	const other = await visit(browser);
	t.after(() => other.context().close());
	const person = newPerson();
	await open(other, '/signup');
	await slow(other, '**/registration/', 300);
	const made = count(other, /POST .*\/registration\//);
	await other.getByLabel('E-mail').fill(person.email);
	await other.getByLabel('Name').fill(person.username);
	await other.getByLabel('Password').fill(person.password);
	await other.getByRole('button', { name: 'Sign up' }).dblclick();
	await other.getByText('Welcome! We sent a mail').waitFor();
	assert.deepEqual(made.all, ['POST']);
	assert.deepEqual(faultsOf(page).concat(faultsOf(other)), []);
});

test('a board of the picker is made once by two presses', async (t) => {
	const page = await start(t, '/@alice/pins');
	await slow(page, '**/api/boards/', 300);
	const seen = count(page, /POST .*\/api\/boards\/$/);
	const card = page.locator('.card').first();
	await card.hover();
	await card.locator('.save-which').click();
	await page.locator('dialog input').first().fill('Once');
	await page.getByRole('button', { name: 'Create “Once”' }).dblclick();
	await page.locator('.picker-row[aria-pressed=true]').waitFor();
	await settled(page, 400);
	assert.deepEqual(seen.all, ['POST']);
	assert.deepEqual(faultsOf(page), []);
});

test('offline, then online: the page stays, and goes on', async (t) => {
	const page = await start(t, '/@many/pins');
	page.meant.push(/ERR_INTERNET_DISCONNECTED/);
	await page.context().setOffline(true);
	await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
	await page.locator('.row-end').waitFor();
	const cards = await page.locator('.card[data-pin]').count();
	assert.ok(cards > 0);
	await page.getByRole('link', { name: 'Explore' }).click();
	await page.waitForURL('/explore');
	await page.locator('.row-end').getByText('No connection').waitFor();
	await page.goBack();
	await page.locator('.card[data-pin]').first().waitFor();
	const high = await page.evaluate(() => document.body.scrollHeight);
	await page.context().setOffline(false);
	const retry = page.getByRole('button', { name: 'Try again' });
	await retry.click({ timeout: 1500 }).catch(() => undefined);
	await page.waitForFunction((was) => document.body.scrollHeight > was, high);
	assert.deepEqual(faultsOf(page), []);
});
