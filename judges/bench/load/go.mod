module kubernode/load

go 1.25
