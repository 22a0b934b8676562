/* A list of people, a page at a time. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import usersIcon from 'icon:users';
import { asApiError, get, nextOf, type Page } from '../core/api';
import type { Person } from '../core/types';
import { ago, t } from '../core/words';
import { Avatar } from './Avatar';
import { Button } from './Button';
import { EmptyState } from './State';
import { tellError } from './Toast';

export function People({ path, title }: { path: string; title: string }) {
	const people = useSignal<Person[] | null>(null);
	const next = useSignal<string | null>(null);
	const more = async (from: string) => {
		const page = await get<Page<Person>>(from);
		people.value = [...(people.value ?? []), ...page.results];
		next.value = nextOf(path, page.next);
	};
	useEffect(() => {
		more(path).catch((e) => {
			people.value = [];
			tellError(asApiError(e));
		});
	}, [path]);
	if (people.value?.length === 0)
		return <EmptyState icon={usersIcon} title={t('people.none')} />;
	return <section class="narrow" aria-busy={people.value === null}>
		<h2>{title}</h2>
		<ul class="people">{people.value?.map((one) => <li key={one.id}>
			<a href={`/@${one.username}`}>
				<Avatar name={one.username} size={44} picture={one.avatar} />
				<span><b>{one.user_name ?? one.username}</b>
					<small>{t('followed.since', { when: ago(one.created_at) })}
					</small></span>
			</a></li>)}</ul>
		{next.value && <Button onClick={() => {
			more(next.value ?? path).catch(tellError);
		}}>{t('show.more')}</Button>}
	</section>;
}
