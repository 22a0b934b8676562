/* A role on a board. */
import type { Role } from '../core/types';
import { t } from '../core/words';

interface Props {
	label: string;
	value: Role;
	onChange: (role: Role) => void;
	/* May it be that of an editor? */
	editor?: boolean;
}

export function RoleSelect({ label, value, onChange, editor = true }: Props) {
	const roles: Role[] = ['viewer', 'adder', ...editor
		? ['editor' as const] : []];
	return <select class="input role" aria-label={label} value={value}
		onChange={(e) => onChange(e.currentTarget.value as Role)}>
		{roles.map((role) => <option key={role} value={role}>
			{t(`role.${role}`)}</option>)}
	</select>;
}
