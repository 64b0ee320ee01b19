module simhook

go 1.26.0

require (
	github.com/brianvoe/gofakeit/v7 v7.18.1
	go.yaml.in/yaml/v3 v3.0.6
	golang.org/x/text v0.44.0
)
