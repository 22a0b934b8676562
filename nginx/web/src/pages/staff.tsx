/* What the staff looks at and decides: one tab for each kind. */
import { useSignal } from '@preact/signals';
import lock from 'icon:lock';
import { type ComponentChildren } from 'preact';
import { usePaged } from '../core/paged';
import { me } from '../core/session';
import { type Account, type Case, type Entry, type Job, type Tab, tabs } from
	'../core/staff';
import { useTitle } from '../core/title';
import { t } from '../core/words';
import { Button } from '../ui/Button';
import { CacheTable } from '../ui/CacheTable';
import { CaseRow } from '../ui/CaseRow';
import { Icon } from '../ui/Icon';
import { LoginFirst } from '../ui/LoginFirst';
import { AccountRow, EntryRow, JobRow } from '../ui/StaffRows';
import { ErrorState } from '../ui/State';
import { Tabs } from '../ui/Tabs';
import Missing from './missing';

export default function Staff({ params }: { params: { tab?: string } }) {
	const tab = tabs.find((one) => one === params.tab);
	const user = me.value;
	useTitle(t(user?.is_staff === false ? 'staff.only'
		: tab ? `staff.${tab}` : 'missing.title'));
	if (!tab)
		return <Missing />;
	if (user?.is_staff === false)
		return <Forbidden />;
	return <div class="staff">
		<h1 tabIndex={-1}>{t('staff')}</h1>
		{user && <Tabs label={t('staff')} tabs={tabs.map((one) => ({
			href: `/staff/${one}`, text: t(`staff.${one}`),
			now: one === tab }))} />}
		{user ? <List key={tab} tab={tab} /> : <LoginFirst />}
	</div>;
}

function Forbidden() {
	return <div class="state">
		<span class="state-icon"><Icon of={lock} size={32} /></span>
		<h1>{t('staff.only')}</h1>
		<p>{t('staff.only.text')}</p>
		<a class="button primary" href="/">{t('missing.home')}</a>
	</div>;
}

function List({ tab }: { tab: Tab }) {
	switch (tab) {
	case 'reports':
		return <WithStates states={['open', 'closed']}>{(path) =>
			<Rows<Case> key={path} path={`staff/reports${path}`}
				none={t('staff.reports.none')}
				row={(one, done) => <CaseRow of={one} done={done} />} />}
		</WithStates>;
	case 'jobs':
		return <WithStates states={['waiting', 'dead']}>{(path) =>
			<Rows<Job> key={path} path={`staff/jobs${path}`}
				none={t('staff.jobs.none')}
				row={(one, done) => <JobRow of={one} done={done} />} />}
		</WithStates>;
	case 'users':
		return <People />;
	case 'caches':
		return <CacheTable />;
	case 'log':
		return <Rows<Entry> path="staff/log" none={t('staff.log.none')}
			row={(one) => <EntryRow of={one} />} />;
	}
}

type State = 'open' | 'closed' | 'waiting' | 'dead';

/* A list in one of two states, of which the first is asked for by no name. */
function WithStates({ states, children }: { states: [State, State];
	children: (query: string) => ComponentChildren }) {
	const now = useSignal(states[0]);
	return <>
		<div class="chips staff-tools" role="group"
			aria-label={t('staff.state')}>
			{states.map((one) => <button key={one} type="button" class="chip"
				aria-pressed={now.value === one}
				onClick={() => { now.value = one; }}>
				{t(`staff.${one}`)}</button>)}
		</div>
		{children(now.value === states[0] ? '' : `?state=${now.value}`)}
	</>;
}

function People() {
	const query = useSignal('');
	const path = query.value === '' ? 'staff/users'
		: `staff/users?query=${encodeURIComponent(query.value)}`;
	return <>
		<form class="staff-tools" role="search" onSubmit={(e) => {
			e.preventDefault();
			query.value = String(new FormData(e.currentTarget).get('query'))
				.trim();
		}}>
			<input class="input" name="query" type="search" maxLength={254}
				aria-label={t('staff.find')} placeholder={t('staff.find')} />
			<Button type="submit">{t('staff.find.button')}</Button>
		</form>
		<Rows<Account> key={path} path={path} none={t('staff.users.none')}
			row={(one, done) => <AccountRow of={one} done={done} />} />
	</>;
}

interface RowsProps<T> {
	path: string;
	none: string;
	row: (one: T, done: () => void) => ComponentChildren;
}

function Rows<T extends { id: number }>({ path, none, row }: RowsProps<T>) {
	const { list, next, error, load } = usePaged<T>(path);
	/* What had the focus may be gone with its row. */
	const done = () => load(path).then(() => {
		if (document.activeElement === document.body)
			document.querySelector<HTMLElement>('.staff h1')?.focus();
	});
	if (error.value && !list.value)
		return <ErrorState error={error.value} again={() => load(path)} />;
	return <section aria-busy={list.value === null}>
		{list.value?.length === 0 && <p class="staff-none soft">{none}</p>}
		<ul class="staff-rows">{list.value?.map((one) => <li key={one.id}>
			{row(one, () => { void done(); })}</li>)}</ul>
		{error.value && <p role="alert">{error.value.message}</p>}
		{next.value && <Button onClick={() => load(next.value ?? path)}>
			{t('show.more')}</Button>}
	</section>;
}
