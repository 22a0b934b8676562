/* Likes, what is saved for later, and comments, on the page of a pin. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, faultsOf, launch, list, logIn, newPerson, open, plantPins, settled,
	until, visit } from './browser.mjs';

let browser;
let owner;
before(async () => {
	browser = await launch();
	const page = await visit(browser);
	owner = await logIn(page);
	await page.context().close();
});
after(() => browser.close());

/* A pin of somebody else's, on show; out: to nobody. */
async function start(t, { out = false, ...how } = {}) {
	const [pin] = plantPins(owner.username, ['A cup of tea']);
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	page.pin = pin;
	page.person = out ? null : await logIn(page);
	await open(page, `/pin/${pin}`);
	return page;
}

/* Somebody else, who calls the API alone. */
async function other(t) {
	const page = await visit(browser);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	return page;
}

const say = (who, pin, content) =>
	call(who, 'POST', `items/${pin}/comments`, { content });
const named = (page, name) => page.getByRole('button', { name, exact: true });
const box = (page) => page.getByLabel('Add a comment');
const comment = (page, n = 0) => page.locator('.comment').nth(n);
const social = (pin) => list(`items/${pin}/social`);

test('a like is shown at once, and the last of many presses counts',
	async (t) => {
		const page = await start(t);
		const like = page.locator('.like-main');
		assert.equal(await like.getAttribute('aria-pressed'), 'false');
		const calls = [];
		page.on('request', (one) => one.url().endsWith('/like') &&
			calls.push(one.method()));
		assert.ok(await page.evaluate(async () => {
			const one = document.querySelector('.like-main');
			one.click();
			await new Promise((done) => requestAnimationFrame(done));
			return one.getAttribute('aria-pressed') === 'true';
		}), 'not in the next frame');
		await like.evaluate((one) => {
			for (let i = 0; i < 6; i++)
				one.click();
		});
		await settled(page);
		assert.equal(await like.getAttribute('aria-pressed'), 'true');
		await until(async () => (await social(page.pin)).num_likes, 1);
		assert.ok(calls.length <= 3 && calls.at(-1) === 'PUT', String(calls));
		await named(page, 'Liked by: 1').click();
		await page.getByRole('dialog').getByText(page.person.username).waitFor();
		assert.deepEqual(await axe(page), []);
		await page.keyboard.press('Escape');
		await page.keyboard.press('l');
		await until(async () => (await social(page.pin)).num_likes, 0);
		assert.deepEqual(faultsOf(page), []);
	});

test('a refused like turns back, never below nothing', async (t) => {
	const page = await start(t);
	page.meant.push(/50[03]/);
	await page.route('**/like', (route) => route.fulfill({ status: 503,
		contentType: 'application/json', body: '{"detail":"busy"}' }));
	await page.locator('.like-main').click();
	await page.locator('.toast.bad').getByText('busy').waitFor();
	await until(() => page.locator('.like-main')
		.getAttribute('aria-pressed'), 'false');
	assert.equal(await page.locator('.like-count').first().textContent(), '0');
});

test('one does not like a pin of one\'s own, but sees who does', async (t) => {
	const page = await visit(browser);
	t.after(() => page.context().close());
	const mine = await logIn(page);
	const [pin] = plantPins(mine.username, ['Mine']);
	const who = await other(t);
	await call(who, 'PUT', `items/${pin}/like`);
	await open(page, `/pin/${pin}`);
	assert.equal(await page.locator('.like-main, .later').count(), 0);
	await named(page, '1 like').click();
	await page.getByRole('dialog').getByText(who.person.username).waitFor();
});

test('saved for later: on a tab of one\'s own alone', async (t) => {
	const page = await start(t);
	await named(page, 'Save for later').click();
	await until(async () => (await social(page.pin)).num_bookmarks, 1);
	await open(page, `/@${page.person.username}`);
	await page.getByRole('link', { name: 'For later', exact: true }).click();
	await page.locator(`.card[data-pin="${page.pin}"]`).waitFor();
	assert.deepEqual(await axe(page), []);
	const who = await other(t);
	await open(who, `/@${page.person.username}`);
	assert.equal(await who.getByRole('link', { name: 'For later' }).count(), 0);
	assert.deepEqual(faultsOf(page), []);
});

test('what one likes: on a tab of one\'s own, and gone with the like',
	async (t) => {
		const page = await start(t, { size: 'phone', touch: true });
		await named(page, 'Like').first().click();
		await until(async () => (await social(page.pin)).num_likes, 1);
		await open(page, `/@${page.person.username}`);
		await page.getByRole('link', { name: 'Liked', exact: true }).click();
		await page.locator(`.card[data-pin="${page.pin}"]`).waitFor();
		assert.deepEqual(await axe(page), []);
		assert.ok(await page.evaluate(() =>
			document.documentElement.scrollWidth <= innerWidth));
		await call(page, 'DELETE', `items/${page.pin}/like`);
		const path = `/@${page.person.username}/liked`;
		await open(page, '/explore');
		assert.equal((await open(page, path)).status(), 200);
		await page.getByRole('heading', { name: 'Nothing liked yet' }).waitFor();
		const who = await other(t);
		await open(who, `/@${page.person.username}`);
		assert.equal(await who.getByRole('link', { name: 'Liked' }).count(), 0);
		assert.deepEqual(faultsOf(page), []);
	});

test('signed out: the login is asked for, then the like is there', async (t) => {
	const page = await start(t, { out: true });
	const person = newPerson();
	await page.request.post('/api/rest-auth/registration/', { data: {
		email: person.email, username: person.username,
		password1: person.password, password2: person.password } });
	await page.locator('.like-main').click();
	const dialog = page.getByRole('dialog');
	await dialog.getByLabel('E-mail').fill(person.email);
	await dialog.getByLabel('Password').fill(person.password);
	await dialog.getByRole('button', { name: 'Log in' }).click();
	await until(async () => (await social(page.pin)).num_likes, 1);
	await until(() => page.locator('.like-main')
		.getAttribute('aria-pressed'), 'true');
});

test('a comment: written, shown at once, changed, deleted, brought back',
	async (t) => {
		const page = await start(t);
		await page.keyboard.press('c');
		await box(page).fill('First <b>line</b>\n둘째 줄');
		let release;
		await page.route('**/comments', async (route) => {
			if (route.request().method() === 'POST')
				await new Promise((done) => { release = done; });
			await route.continue();
		});
		await page.keyboard.press('Enter');
		await page.getByText('Sending…').waitFor();
		assert.equal(await page.locator('.comment-text').textContent(),
			'First <b>line</b>\n둘째 줄');
		assert.equal(await box(page).inputValue(), '');
		await page.getByRole('heading', { name: '1 comment' }).waitFor();
		assert.deepEqual(await axe(page), []);
		release();
		await page.getByText('Sending…').waitFor({ state: 'detached' });

		await named(page, 'More about this comment').click();
		await page.getByRole('menuitem', { name: 'Edit' }).click();
		await page.getByLabel('Edit the comment').fill('Better');
		await page.keyboard.press('Enter');
		await comment(page).getByText('edited').waitFor();
		await until(async () => (await list(`items/${page.pin}/comments`))
			.results[0].content, 'Better');

		await named(page, 'More about this comment').click();
		await page.getByRole('menuitem', { name: 'Delete' }).click();
		await until(() => page.locator('.comment').count(), 0);
		await until(async () => (await social(page.pin)).num_comments, 0);
		await named(page, 'Undo').click();
		await comment(page).getByText('Better').waitFor();
		await page.getByRole('heading', { name: '1 comment' }).waitFor();
		assert.deepEqual(faultsOf(page), []);
	});

test('one that did not arrive is marked and sent again', async (t) => {
	const page = await start(t);
	page.meant.push(/503/);
	let refuse = true;
	await page.route('**/comments', (route) => refuse &&
		route.request().method() === 'POST' ? route.fulfill({ status: 503,
			contentType: 'application/json', body: '{"detail":"busy"}' })
		: route.continue());
	await box(page).fill('hello');
	await page.getByRole('button', { name: 'Post' }).click();
	await comment(page).getByText('Not sent.').waitFor();
	refuse = false;
	await comment(page).getByRole('button', { name: 'Try again' }).click();
	await page.getByText('Not sent.').waitFor({ state: 'detached' });
	await until(async () => (await social(page.pin)).num_comments, 1);
});

test('replies are folded; one to a reply says to whom', async (t) => {
	const page = await start(t);
	const who = await other(t);
	const { id } = await say(who, page.pin, 'First');
	for (let i = 0; i < 12; i++)
		await call(who, 'POST', `comments/${id}/replies`,
			{ content: `reply ${i}` });
	await page.reload();
	await settled(page);
	assert.equal(await page.locator('.comment').count(), 1);
	await named(page, '12 replies').click();
	await until(() => page.locator('.replies .comment').count(), 10);
	await named(page, 'More replies').click();
	await until(() => page.locator('.replies .comment').count(), 12);
	await comment(page, 3).getByRole('button', { name: 'Reply' }).click();
	await page.getByLabel(`Reply to ${who.person.username}`).fill('To you');
	await page.keyboard.press('Enter');
	const made = page.locator('.replies .comment').last();
	await made.getByRole('link', { name: `@${who.person.username}` }).waitFor();
	await page.getByRole('heading', { name: '14 comments' }).waitFor();
	assert.deepEqual(await axe(page), []);
	/* A deleted one with replies leaves a stub. */
	await call(who, 'DELETE', `comments/${id}`);
	await page.reload();
	await settled(page);
	await page.getByText('This comment is no longer there.').waitFor();
	assert.deepEqual(faultsOf(page), []);
});

test('an address that names a reply unfolds it', async (t) => {
	const page = await start(t);
	const who = await other(t);
	const { id } = await say(who, page.pin, 'First');
	let reply;
	for (let i = 0; i < 12; i++)
		reply = await call(who, 'POST', `comments/${id}/replies`,
			{ content: `reply ${i}` });
	for (let i = 0; i < 21; i++)
		await say(who, page.pin, `later ${i}`);
	await open(page, `/@${owner.username}`);
	await open(page, `/pin/${page.pin}#comment-${reply.id}`);
	const sought = page.locator(`#comment-${reply.id}`);
	await sought.getByText('reply 11').waitFor();
	await until(() => sought.evaluate((one) => {
		const { top, bottom } = one.getBoundingClientRect();
		return top >= 0 && bottom <= innerHeight;
	}), true);
	assert.deepEqual(faultsOf(page), []);
});

test('newest, most liked, more', async (t) => {
	const page = await start(t);
	const who = await other(t);
	const said = [];
	for (let i = 0; i < 23; i++)
		said.push((await say(who, page.pin, `number ${i}`)).id);
	await call(page, 'PUT', `items/${said[5]}/like`);
	await page.reload();
	await settled(page);
	const texts = () => page.locator('.comment-text').allTextContents();
	assert.deepEqual((await texts()).slice(0, 2), ['number 22', 'number 21']);
	await named(page, 'More comments').click();
	await until(() => page.locator('.comment').count(), 23);
	await named(page, 'Top').click();
	await until(async () => (await texts())[0], 'number 5');
	await comment(page, 1).getByRole('button', { name: 'Like' }).click();
	await until(() => comment(page, 1).locator('.comment-like')
		.getAttribute('aria-pressed'), 'true');
	await comment(page, 1).getByRole('button', { name: 'Liked by: 1' }).waitFor();
});

test('whoever owns the pin may delete what others say on it', async (t) => {
	const page = await visit(browser);
	t.after(() => page.context().close());
	const mine = await logIn(page);
	const [pin] = plantPins(mine.username, ['Mine']);
	const guest = await other(t);
	await say(guest, pin, 'rude');
	await open(page, `/pin/${pin}`);
	await named(page, 'More about this comment').click();
	assert.deepEqual(await page.getByRole('menuitem').allTextContents(),
		['Delete', `Mute ${guest.person.username}`,
			`Block ${guest.person.username}`, 'Report']);
	await page.getByRole('menuitem', { name: 'Delete' }).click();
	await until(async () => (await social(pin)).num_comments, 0);
});

test('@ suggests names, Enter takes one; the mention is a link', async (t) => {
	const page = await start(t);
	const who = await other(t);
	await call(page, 'PUT', `users/${who.person.username}/follow`);
	await page.reload();
	await settled(page);
	const { username } = who.person;
	await box(page).pressSequentially(`hello @${username.slice(0, 6)}`);
	await page.getByRole('option', { name: `@${username}` }).waitFor();
	assert.deepEqual(await axe(page), []);
	const options = page.getByRole('option');
	while (await options.and(page.locator('[aria-selected=true]'))
		.textContent() !== `@${username}`)
		await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	assert.equal(await box(page).inputValue(), `hello @${username} `);
	await page.keyboard.type('there');
	await page.keyboard.press('Enter');
	const link = comment(page).getByRole('link', { name: `@${username}` });
	await link.waitFor();
	assert.equal(await link.getAttribute('href'), `/@${username}`);
});

test('Enter while a syllable is composed sends nothing', async (t) => {
	const page = await start(t);
	const cdp = await page.context().newCDPSession(page);
	await box(page).click();
	for (const text of ['ㅂ', '바', '받', '바다'])
		await cdp.send('Input.imeSetComposition', { text,
			selectionStart: text.length, selectionEnd: text.length });
	for (const type of ['rawKeyDown', 'keyUp'])
		await cdp.send('Input.dispatchKeyEvent', { type, key: 'Enter',
			code: 'Enter', windowsVirtualKeyCode: 229 });
	await page.waitForTimeout(150);
	assert.equal(await page.locator('.comment').count(), 0);
	await cdp.send('Input.insertText', { text: '바다' });
	assert.equal(await box(page).inputValue(), '바다');
	await page.keyboard.press('Shift+Enter');
	await page.keyboard.press('Enter');
	await comment(page).getByText('바다', { exact: true }).waitFor();
});

test('how much room is left, and no more than that', async (t) => {
	const page = await start(t);
	await box(page).fill('x'.repeat(799));
	assert.equal(await page.locator('.comment-send small').textContent(), '');
	await box(page).fill('가'.repeat(990));
	await page.getByText('10 left').waitFor();
	await box(page).fill('가'.repeat(1001));
	assert.ok(await page.getByRole('button', { name: 'Post' }).isDisabled());
	await page.keyboard.press('Enter');
	await page.waitForTimeout(100);
	assert.equal(await page.locator('.comment').count(), 0);
});

test('the first view of a pin with comments asks for nothing', async (t) => {
	const [pin] = plantPins(owner.username, ['Talked about']);
	const who = await other(t);
	await say(who, pin, 'a word');
	const page = await visit(browser);
	t.after(() => page.context().close());
	const calls = [];
	page.on('request', (one) => one.url().includes('/api/') &&
		calls.push(one.url()));
	await open(page, `/pin/${pin}`);
	await comment(page).getByText('a word').waitFor();
	assert.deepEqual(calls, []);
	const shift = await page.evaluate(() => new Promise((done) => {
		let sum = 0;
		new PerformanceObserver((all) => {
			for (const one of all.getEntries())
				sum += one.value;
		}).observe({ type: 'layout-shift', buffered: true });
		setTimeout(() => done(sum), 300);
	}));
	assert.ok(shift <= 0.02, `moved by ${shift}`);
});

for (const size of ['phone', 'desktop'])
	for (const theme of ['light', 'dark'])
		test(`nothing to find for axe: ${size}, ${theme}, Korean`, async (t) => {
			const page = await start(t, { size, theme, language: 'ko',
				touch: size === 'phone' });
			const { id } = await say(page, page.pin, '좋아요!\n긴'.repeat(20));
			await call(page, 'POST', `comments/${id}/replies`,
				{ content: `@${owner.username} 안녕` });
			await page.reload();
			await settled(page);
			await page.locator('.fold').click();
			assert.deepEqual(await axe(page), []);
			assert.ok(await page.evaluate(() =>
				document.documentElement.scrollWidth <= innerWidth));
			if (size === 'phone')
				assert.deepEqual(await page.evaluate(() =>
					[...document.querySelectorAll(
						'.comments button, .social button')]
					.map((one) => one.getBoundingClientRect())
					.filter((box) => box.width && box.height < 44)
					.map((box) => box.height)), []);
			assert.deepEqual(faultsOf(page), []);
		});
