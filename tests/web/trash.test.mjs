/* The trash: what one deleted is listed, restored, and deleted for good; and
 * the page of a pin that was deleted. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, faultsOf, launch, makePin, makePost, open, plantPins, png,
	settled, sizes, somebody, sql, until, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/* A pin, a post and a board in somebody's trash, in this order from above. */
async function deleted(t, options) {
	const me = await somebody(t, browser, options);
	const board = await call(me, 'POST', 'boards/', { title: 'Harbours' });
	await call(me, 'DELETE', `boards/${board.id}`);
	const post = await makePost(me, [png(3)], 'A grey coat #coat\nand boots');
	await call(me, 'DELETE', `styles/posts/${post.id}`);
	const { id: pin } = await makePin(me, png(7), 'A lamp in the fog');
	await call(me, 'DELETE', `pins/${pin}`);
	return { me, board: board.id, post: post.id, pin };
}

const rows = (page) => page.locator('.kept-row');
const press = (page, name) => page.getByRole('button', { name }).click();

test('listed, and restored to where it was', async (t) => {
	const { me, board, post, pin } = await deleted(t);
	await open(me, '/');
	await press(me, 'Account');
	await me.getByRole('menuitem', { name: 'Trash' }).click();
	await me.waitForURL('/trash');
	await settled(me);
	assert.deepEqual(await rows(me).locator('b').allTextContents(),
		['A lamp in the fog', 'A grey coat #coat', 'Harbours']);
	assert.deepEqual(await rows(me).locator('small').allTextContents(),
		['Pin · 30 days left', 'Style post · 30 days left',
			'Board · 30 days left']);
	assert.equal(await rows(me).locator('img').count(), 2);
	for (const size of Object.values(sizes)) {
		await me.setViewportSize(size);
		assert.deepEqual(await axe(me), []);
	}
	await press(me, 'Restore: A lamp in the fog');
	await me.getByText('A lamp in the fog is back.').waitFor();
	await press(me, 'Restore: A grey coat #coat');
	await press(me, 'Restore: Harbours');
	await me.getByText('Harbours is back.').waitFor();
	await me.getByRole('heading', { name: 'The trash is empty' }).waitFor();
	await until(() => me.locator('h1').evaluate((one) =>
		one === document.activeElement), true);
	for (const path of [`pins/${pin}`, `styles/posts/${post}`, `boards/${board}`])
		await call(me, 'GET', path);
	await me.locator('.toast').filter({ hasText: 'Harbours' })
		.getByRole('link', { name: 'View' }).click();
	await me.waitForURL(`/board/${board}`);
	assert.deepEqual(faultsOf(me), []);
});

test('days are counted to the last', async (t) => {
	const { me, pin } = await deleted(t);
	sql(`update item set deleted_at = now() - interval '29 days 1 hour'
		where id = ${pin}`);
	await open(me, '/trash');
	assert.equal(await rows(me).last().locator('small').textContent(),
		'Pin · 1 day left');
});

test('a board whose title is taken says so and stays', async (t) => {
	const { me } = await deleted(t);
	me.meant.push(/400/);
	await call(me, 'POST', 'boards/', { title: 'Harbours' });
	await open(me, '/trash');
	await press(me, 'Restore: Harbours');
	const row = rows(me).filter({ hasText: 'Harbours' });
	await row.getByText('you have a board with this title already').waitFor();
	assert.equal(await rows(me).count(), 3);
	assert.deepEqual(await axe(me), []);
	assert.deepEqual(faultsOf(me), []);
});

test('for good: one, then all, and only after a question', async (t) => {
	const { me, pin } = await deleted(t);
	await open(me, '/trash');
	const dialog = me.getByRole('dialog');
	await press(me, 'Delete for good: A lamp in the fog');
	await dialog.getByText('This cannot be undone').waitFor();
	assert.deepEqual(await axe(me), []);
	await dialog.getByRole('button', { name: 'Cancel' }).click();
	await dialog.waitFor({ state: 'detached' });
	assert.equal((await call(me, 'GET', `trash/${pin}`)).id, pin);
	await press(me, 'Delete for good: A lamp in the fog');
	await dialog.getByRole('button', { name: 'Delete for good' }).click();
	await me.getByText('Deleted for good.').waitFor();
	await until(() => rows(me).count(), 2);
	assert.equal(sql(`select count(*) from item where id = ${pin}`), '0');
	await press(me, 'Empty trash');
	await dialog.getByRole('button', { name: 'Empty trash' }).click();
	await me.getByRole('heading', { name: 'The trash is empty' }).waitFor();
	assert.deepEqual((await call(me, 'GET', 'trash')).results, []);
	assert.deepEqual(faultsOf(me), []);
});

test('more than a page of it', async (t) => {
	const me = await somebody(t, browser);
	const pins = plantPins(me.person.username,
		Array.from({ length: 43 }, (_, i) => `Lamp ${i}`));
	sql(`update item set deleted_at = now() where id in (${pins})`);
	await open(me, '/trash');
	await rows(me).nth(39).waitFor();
	assert.equal(await rows(me).count(), 40);
	await press(me, 'Show more');
	await rows(me).nth(42).waitFor();
	assert.equal(await me.getByRole('button', { name: 'Show more' }).count(), 0);
	assert.deepEqual(faultsOf(me), []);
});

test('a deleted pin: its page says so, and its owner brings it back',
	async (t) => {
		const { me, pin } = await deleted(t);
		const guest = await visit(browser);
		t.after(() => guest.context().close());
		for (const page of [guest, me]) {
			page.meant.push(/410/);
			assert.equal((await open(page, `/pin/${pin}`)).status(), 410);
			await page.getByRole('heading', { level: 1,
				name: 'This pin was deleted' }).waitFor();
			await page.getByRole('heading', { name: 'More like this' }).waitFor();
			assert.deepEqual(await axe(page), []);
		}
		assert.equal(await guest.getByRole('button', { name: 'Restore' })
			.count(), 0);
		await me.getByText('You deleted “A lamp in the fog”').waitFor();
		await press(me, 'Restore');
		await me.getByRole('heading', { level: 1, name: 'A lamp in the fog' })
			.waitFor();
		assert.deepEqual(faultsOf(guest), []);
		assert.deepEqual(faultsOf(me), []);
	});

test('nobody has no trash', async (t) => {
	const page = await visit(browser);
	t.after(() => page.context().close());
	await open(page, '/trash');
	await page.locator('main').getByRole('link', { name: 'Log in' }).waitFor();
	assert.deepEqual(faultsOf(page), []);
});
