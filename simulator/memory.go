package simulator

import "hash/maphash"

// A memory keeps a value for each of the last texts that it was told. It holds no
// text, only 64 bits of a hash: two of a million texts are taken for one in one of
// 30 million runs. When it has most texts it forgets those that were not asked for
// since it last did so: it knows the last most texts at least, and twice as many at
// the most, so that it does not grow however long a run is.
type memory[V any] struct {
	most        int
	seed        maphash.Seed
	fresh, past map[uint64]V
}

func newMemory[V any](most int) *memory[V] {
	return &memory[V]{most: most, seed: maphash.MakeSeed(), fresh: map[uint64]V{}}
}

// key is how a text of two parts is known.
func (m *memory[V]) key(a, b string) uint64 {
	return maphash.Comparable(m.seed, [2]string{a, b})
}

func (m *memory[V]) get(key uint64) (V, bool) {
	v, ok := m.fresh[key]
	if !ok {
		if v, ok = m.past[key]; ok {
			m.put(key, v)
		}
	}
	return v, ok
}

func (m *memory[V]) put(key uint64, v V) {
	if _, known := m.fresh[key]; !known && len(m.fresh) >= m.most {
		m.fresh, m.past = make(map[uint64]V, m.most), m.fresh
	}
	m.fresh[key] = v
}
