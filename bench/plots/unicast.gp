# Records a second by record size, a panel for each batch.
data = ARG1
picture = ARG2
heading = ARG3
panels = ARG4
names = ARG5
styles = ARG6
scripts = ARG7
lowest = real(ARG8)
highest = real(ARG9)
width = 1320
height = 500
load scripts . "/style.gp"

columns = words(panels)
legend = 0.76
set multiplot layout 1, columns title heading margins 0.07, legend - 0.02, 0.13, 0.83 spacing 0.05
set logscale y
set format y "%g"
set yrange [lowest / 1.5:highest * 1.5]
set xrange [-0.2:2.2]
set xlabel "bytes a record (raw ping-pong)"
load scripts . "/panels.gp"
